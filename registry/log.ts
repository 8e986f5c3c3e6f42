import { pino, stdTimeFunctions, type DestinationStream, type Logger } from 'pino';

export type Log = Logger;

const secretFields = ['password', 'secret', 'token', 'authorization', 'cookie', 'passwordHash'];

/** JSON lines on standard error; fields that may hold a secret are cut out. */
export function createLog(level: string, destination?: DestinationStream): Log {
  return pino(
    {
      level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      redact: { paths: secretFields.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]), remove: true },
    },
    destination ?? { write: (line) => void process.stderr.write(line) },
  );
}
