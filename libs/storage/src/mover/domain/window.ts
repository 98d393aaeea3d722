/** Times of day in the machine's time zone, such as 01:00 to 06:00; equal times mean always. */
export interface Window {
  from: string;
  to: string;
}

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}

/** Whether an instant lies in the window; one that ends before it begins goes over midnight. */
export function isWithin({ from, to }: Window, at: Date): boolean {
  const [start, end, now] = [minutesOf(from), minutesOf(to), at.getHours() * 60 + at.getMinutes()];
  if (start === end) return true;
  return start < end ? now >= start && now < end : now >= start || now < end;
}

/** The first instant from `at` on that lies in the window. */
export function nextWithin(window: Window, at: Date): Date {
  if (isWithin(window, at)) return at;
  const opening = new Date(at);
  opening.setHours(0, minutesOf(window.from), 0, 0);
  if (opening < at) opening.setDate(opening.getDate() + 1);
  return opening;
}
