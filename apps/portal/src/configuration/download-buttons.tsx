import { useQueryClient } from '@tanstack/react-query';
import { Download, ServerCog } from 'lucide-react';
import { useState } from 'react';
import { api, ask } from '../api/client.ts';
import { configQuery } from '../api/config-queries.ts';
import { asProblem } from '../api/problem.ts';
import { Button } from '../ui/button.tsx';
import { toast } from '../ui/toast-queue.ts';

/** The file as it is, and the box as an Ansible inventory. */
export function DownloadButtons() {
  const queries = useQueryClient();
  const [busy, setBusy] = useState(false);
  const download = async (read: () => Promise<{ name: string; text: string }>) => {
    setBusy(true);
    try {
      const { name, text } = await read();
      save(text, name);
    } catch (thrown) {
      const { message, action, requestId } = asProblem(thrown);
      toast({ tone: 'bad', title: message, detail: action, requestId });
    } finally {
      setBusy(false);
    }
  };
  const readFile = async () => ({ name: 'appliance.yaml', text: (await queries.fetchQuery(configQuery)).text ?? '' });
  const readInventory = async () => ({
    name: 'inventory.yaml',
    text: (await ask(api.GET('/api/v1/config/inventory'))).inventory,
  });
  return (
    <>
      <Button icon={Download} busy={busy} onPress={() => void download(readFile)}>
        Download
      </Button>
      <Button icon={ServerCog} busy={busy} onPress={() => void download(readInventory)}>
        Export as Ansible inventory
      </Button>
    </>
  );
}

function save(text: string, name: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'application/yaml;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
