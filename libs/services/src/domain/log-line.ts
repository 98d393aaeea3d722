/** How important a line is. */
export const logLevels = ['error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof logLevels)[number];

/** One line of a log, as it is shown. */
export interface LogLine {
  /** ISO time; null where the line says none. */
  at: string | null;
  level: LogLevel | null;
  text: string;
}

const longestText = 4000;
/** What must not be shown, wherever it stands: what follows is replaced. */
const names = '(?:pass(?:word|phrase)?|secret|token|api[-_]?key|authori[sz]ation|cookie|credential)s?';
const secrets = [
  /(\b(?:bearer|basic)\s+)(?!\[secret\])[A-Za-z0-9._~+/=-]{4,}/gi,
  new RegExp(`(${names}\\\\?["']?\\s*[=:]\\s*\\\\?")(?!\\[secret\\])[^"\\\\]*`, 'gi'),
  new RegExp(`(${names}["']?\\s*[=:]\\s*')(?!\\[secret\\])[^']*`, 'gi'),
  new RegExp(`(${names}["']?\\s*[=:]\\s*(?:(?:bearer|basic)\\s+)?)(?!\\[secret\\])[^\\s"',;&}]+`, 'gi'),
  /(:\/\/[^\s/:@]+:)[^\s/@]+(?=@)/g,
];

/** Reads a line of pino, PostgreSQL or Redis, or any other; secrets and control characters are taken out. */
export function readLogLine(line: string): LogLine {
  const found = readPino(line) ?? readPostgres(line) ?? readRedis(line) ?? { at: null, level: null, text: line };
  return { ...found, text: cleanText(found.text) };
}

/** A text without control characters and secrets, of at most 4000 letters. */
export function cleanText(text: string): string {
  const bare = text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours that a terminal would show
    .replace(/\u001b\[[0-9;]*[A-Za-z]/g, '')
    .replace(/\p{Cc}+/gu, ' ')
    .slice(0, longestText);
  return secrets.reduce((former, secret) => former.replace(secret, '$1[secret]'), bare);
}

/** Levels of pino are numbers: 30 is info, 40 warn, 50 error. */
function readPino(line: string): LogLine | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const { level, time, msg, component, err, ...rest } = JSON.parse(line) as Record<string, unknown>;
    if (typeof level !== 'number') return undefined;
    const cause = (err as { message?: unknown } | undefined)?.message;
    const { pid: _, hostname: __, ...values } = rest;
    const details = Object.keys(values).length > 0 ? ` ${JSON.stringify(values)}` : '';
    const text = `${component ? `${component}: ` : ''}${msg ?? ''}${cause ? ` (${cause})` : ''}${details}`;
    const at = new Date(time as number | string);
    return { at: Number.isNaN(at.getTime()) ? null : at.toISOString(), level: levelOf(level), text };
  } catch {
    return undefined;
  }
}

function levelOf(number: number): LogLevel {
  if (number >= 50) return 'error';
  if (number >= 40) return 'warn';
  return number >= 30 ? 'info' : 'debug';
}

function readPostgres(line: string): LogLine | undefined {
  const [, date, time, rest] = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d\.\d{3}) UTC (\[\d+\] .*)$/s.exec(line) ?? [];
  if (rest === undefined) return undefined;
  const word = /\b(PANIC|FATAL|ERROR|WARNING|LOG|NOTICE|INFO|DEBUG\d?):/.exec(rest)?.[1] ?? '';
  const level = /PANIC|FATAL|ERROR/.test(word)
    ? 'error'
    : word === 'WARNING'
      ? 'warn'
      : word.startsWith('DEBUG')
        ? 'debug'
        : 'info';
  return { at: `${date}T${time}Z`, level, text: rest };
}

/** `4242:M 22 Nov 2026 01:02:03.004 * Ready`: the sign says how important. Its time is the machine's, without a zone. */
function readRedis(line: string): LogLine | undefined {
  const [, time, sign, rest] = /^\d+:[A-Z] (\d{1,2} \w{3} \d{4} \d\d:\d\d:\d\d\.\d{3}) ([.\-*#]) (.*)$/s.exec(line) ?? [];
  if (rest === undefined || time === undefined) return undefined;
  const at = new Date(time);
  const levels: Record<string, LogLevel> = { '#': 'warn', '*': 'info', '-': 'debug', '.': 'debug' };
  return { at: Number.isNaN(at.getTime()) ? null : at.toISOString(), level: levels[sign ?? ''] ?? 'info', text: rest };
}
