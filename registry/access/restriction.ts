import type { TenantKind } from '../db/schema/tenants.js';

/** What a signed-in person has to do before anything else; each is the code of the problem that says so (R28). */
export type Restriction = 'email_not_confirmed' | 'password_change_required' | 'second_factor_required';

export interface Duties {
  emailConfirmedAt: Date | null;
  mustConfirmEmail: boolean;
  mustChangePassword: boolean;
  hasSecondFactor: boolean;
  firstSignInAt: Date | null;
}

/**
 * The first open duty, or null. Users of the platform and of integrators need a second factor once `graceMs` have
 * passed since their first sign-in: what they hold reaches into every customer below them.
 */
export function restrictionOf(
  duties: Duties,
  kinds: readonly TenantKind[],
  nowMs: number,
  graceMs: number,
): Restriction | null {
  if (duties.mustConfirmEmail && duties.emailConfirmedAt === null) return 'email_not_confirmed';
  if (duties.mustChangePassword) return 'password_change_required';
  if (duties.hasSecondFactor || duties.firstSignInAt === null) return null;
  const demanded = kinds.some((kind) => kind !== 'customer');
  return demanded && nowMs >= duties.firstSignInAt.getTime() + graceMs ? 'second_factor_required' : null;
}

/** What the person is told. */
export const restrictionTexts: Readonly<Record<Restriction, string>> = {
  email_not_confirmed:
    'Confirm your e-mail address first: open the link in the letter we sent you, or ask for another one.',
  password_change_required: 'Choose a password of your own first: POST /api/v1/me/password.',
  second_factor_required: 'Set up a second factor first: POST /api/v1/me/totp or /api/v1/me/passkeys.',
};
