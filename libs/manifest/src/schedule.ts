const days = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

/** When something happens again and again, in the machine's time zone; a day of the week begins with Sunday as 0. */
export type Schedule =
  | { every: 'hour'; minute: number }
  | { every: 'day'; hour: number; minute: number }
  | { every: 'week'; weekday: number; hour: number; minute: number }
  | { every: 'month'; day: number; hour: number; minute: number };

/** What a schedule may look like. */
export const scheduleForms = '"hourly :15", "daily 02:30", "weekly sunday 05:00" or "monthly 1 03:00" (days 1 to 28)';

/** Reads a schedule; undefined where the text is none. */
export function readSchedule(text: string): Schedule | undefined {
  const hourly = /^hourly :([0-5]\d)$/.exec(text);
  if (hourly) return { every: 'hour', minute: Number(hourly[1]) };
  const [, word, day, hours, minutes] =
    /^(daily|weekly|monthly)(?: ([a-z]+|\d{1,2}))? ([01]\d|2[0-3]):([0-5]\d)$/.exec(text) ?? [];
  const time = { hour: Number(hours), minute: Number(minutes) };
  if (word === 'daily' && day === undefined) return { every: 'day', ...time };
  const weekday = days.indexOf(day ?? '');
  if (word === 'weekly' && weekday >= 0) return { every: 'week', weekday, ...time };
  const number = /^[1-9]\d?$/.test(day ?? '') ? Number(day) : 0;
  // Every month has a 28th.
  if (word === 'monthly' && number >= 1 && number <= 28) return { every: 'month', day: number, ...time };
  return undefined;
}
