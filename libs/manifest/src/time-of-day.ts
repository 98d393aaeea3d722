import { z } from 'zod';

/** A time of the day in the machine's time zone, such as 01:30. */
export const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time such as 01:30');
