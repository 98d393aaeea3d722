import { X } from 'lucide-react';
import type { CSSProperties, ReactNode } from 'react';
import { Dialog as AriaDialog, Heading } from 'react-aria-components/Dialog';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';
import { IconButton } from './button.tsx';
import { classNames } from './class-names.ts';
import styles from './dialog.module.css';

interface DialogProps {
  title: string;
  open: boolean;
  onClose: () => void;
  children: ReactNode;
  /** Width in pixels where there is room. */
  width?: number;
}

/** A question that must be answered before going on. For reading there is the Drawer. */
export function Dialog({ title, open, onClose, children, width = 440 }: DialogProps) {
  return (
    <ModalOverlay className={styles.veil ?? ''} isOpen={open} onOpenChange={(isOpen) => !isOpen && onClose()} isDismissable>
      <div className={styles.centre}>
        <Modal className={styles.modal ?? ''} style={{ '--wide': `${width}px` } as CSSProperties}>
          <Content title={title} onClose={onClose}>
            {children}
          </Content>
        </Modal>
      </div>
    </ModalOverlay>
  );
}

/** Details beside the page, from the right edge. */
export function Drawer({ title, open, onClose, children, width = 400 }: DialogProps) {
  return (
    <ModalOverlay className={styles.veil ?? ''} isOpen={open} onOpenChange={(isOpen) => !isOpen && onClose()} isDismissable>
      <Modal className={styles.drawer ?? ''} style={{ '--wide': `${width}px` } as CSSProperties}>
        <Content title={title} onClose={onClose}>
          {children}
        </Content>
      </Modal>
    </ModalOverlay>
  );
}

/** A bare box near the top of the window, without head or padding: the command palette. */
export function TopSheet({ label, open, onClose, children, width = 600 }: Omit<DialogProps, 'title'> & { label: string }) {
  return (
    <ModalOverlay className={styles.veil ?? ''} isOpen={open} onOpenChange={(isOpen) => !isOpen && onClose()} isDismissable>
      <div className={classNames(styles.centre, styles.top)}>
        <Modal className={styles.modal ?? ''} style={{ '--wide': `${width}px` } as CSSProperties}>
          <AriaDialog className={styles.dialog ?? ''} aria-label={label}>
            {children}
          </AriaDialog>
        </Modal>
      </div>
    </ModalOverlay>
  );
}

function Content({ title, onClose, children }: Pick<DialogProps, 'title' | 'onClose' | 'children'>) {
  return (
    <AriaDialog className={styles.dialog ?? ''}>
      <div className={styles.head}>
        <Heading slot="title" level={2} className={styles.title ?? ''}>
          {title}
        </Heading>
        <IconButton label="Close" icon={X} onPress={onClose} />
      </div>
      <div className={styles.body}>{children}</div>
    </AriaDialog>
  );
}

/** The row of answers at the foot of a dialog. */
export function DialogActions({ children }: { children: ReactNode }) {
  return <div className={styles.foot}>{children}</div>;
}
