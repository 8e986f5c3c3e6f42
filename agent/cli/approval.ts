import type { Progress } from '../progress.js';
import { qrDataUrl } from '../qr.js';
import { qrLines, type QrSize } from './qr.js';

export type NeedsApproval = Extract<Progress, { step: 'needs_approval' }>;

/** What a person needs to let this box in: address, words, QR code. Pure. */
export function approvalLines(
  { url, words }: NeedsApproval,
  qr: QrSize,
  terminal: { isTty: boolean; columns: number },
): string[] {
  const code = qrLines(url, qr, terminal);
  return [
    'To approve this box, open:',
    '',
    `    ${url}        words: ${words.join(' ')}`,
    '',
    ...code,
    ...(code.length > 0 ? [''] : []),
  ];
}

/** `Waiting for approval (code valid 9:58)`. Pure. */
export function waitingLine(expiresAtMs: number, nowMs: number): string {
  const seconds = Math.max(0, Math.ceil((expiresAtMs - nowMs) / 1_000));
  const clock = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  return `Waiting for approval (code valid ${clock})`;
}

/** The same for a program. */
export const approvalEvent = (progress: NeedsApproval): object => ({
  ...progress,
  expiresAt: new Date(progress.expiresAtMs).toISOString(),
  qr: qrDataUrl(progress.url),
});

/** Where the waiting is shown. */
export interface Screen {
  isTty: boolean;
  columns: number;
  write(text: string): void;
}

export interface ApprovalDisplay {
  show(progress: NeedsApproval): void;
  /** Ends the count-down; anything else may be printed after it. */
  end(): void;
}

/** Prints the code, and on a terminal counts its life down in place. */
export function createApprovalDisplay(screen: Screen, qr: QrSize, nowMs: () => number): ApprovalDisplay {
  let timer: NodeJS.Timeout | undefined;
  const end = () => {
    if (timer === undefined) return;
    clearInterval(timer);
    timer = undefined;
    screen.write('\n');
  };
  return {
    end,
    show(progress) {
      end();
      screen.write(`${approvalLines(progress, qr, screen).join('\n')}\n`);
      const line = () => waitingLine(progress.expiresAtMs, nowMs());
      if (!screen.isTty) return screen.write(`${line()}\n`);
      screen.write(line());
      timer = setInterval(() => screen.write(`\r${line()}`), 1_000);
    },
  };
}
