/** A view of a picture: how much it is magnified over fitting, and how far its centre is moved, in screen pixels. */
export interface View {
  scale: number;
  x: number;
  y: number;
}

export interface Size {
  width: number;
  height: number;
}

export const fitted: View = { scale: 1, x: 0, y: 0 };

/** Size of a picture that fits a frame without being enlarged beyond its own pixels (small ones up to twice). */
export function fitSize(picture: Size, frame: Size): Size {
  if (picture.width <= 0 || picture.height <= 0) return { width: 0, height: 0 };
  const scale = Math.min(frame.width / picture.width, frame.height / picture.height, 2);
  return { width: picture.width * scale, height: picture.height * scale };
}

/** Greatest magnification over fitting: four screen pixels for one of the picture, and at least 4. */
export function greatestScale(picture: Size, frame: Size): number {
  const fit = fitSize(picture, frame);
  return fit.width > 0 ? Math.max(4, (picture.width / fit.width) * 4) : 4;
}

/** Magnification over fitting at which one pixel of the picture is one of the screen. */
export function actualScale(picture: Size, frame: Size): number {
  const fit = fitSize(picture, frame);
  return fit.width > 0 ? picture.width / fit.width : 1;
}

/** Magnifies by `factor` so that the point under the pointer (from the frame's centre) stays where it is. */
export function zoomAt(view: View, factor: number, pointX: number, pointY: number, greatest: number): View {
  const scale = Math.min(greatest, Math.max(1, view.scale * factor));
  const ratio = scale / view.scale;
  return { scale, x: pointX - (pointX - view.x) * ratio, y: pointY - (pointY - view.y) * ratio };
}

/** The view with its picture kept over the frame: never further out than its edge reaches the frame's edge. */
export function keepInFrame(view: View, picture: Size, frame: Size): View {
  const fit = fitSize(picture, frame);
  const roomX = Math.max(0, (fit.width * view.scale - frame.width) / 2);
  const roomY = Math.max(0, (fit.height * view.scale - frame.height) / 2);
  return {
    scale: view.scale,
    x: Math.min(roomX, Math.max(-roomX, view.x)) + 0,
    y: Math.min(roomY, Math.max(-roomY, view.y)) + 0,
  };
}
