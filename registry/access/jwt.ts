import { agentAudience, agentTokenSeconds, enrolAudience, type PublicKey } from '@gantry/protocol/enrol.js';
import { agentId, type AgentId } from '@gantry/protocol/ids.js';
import { calculateJwkThumbprint, decodeJwt, decodeProtectedHeader, importJWK, jwtVerify } from 'jose';

/** How far a device's clock may be off when its token is checked, seconds. */
const skewToleranceSeconds = 30;

/** RFC 7638 SHA-256 thumbprint, base64url: the name of a key everywhere. */
export const thumbprintOf = (key: PublicKey): Promise<string> => calculateJwkThumbprint(key, 'sha256');

/** What an agent's token claims before anything is verified; null when it is no such token at all. */
export function readAgentClaims(token: string): { agentId: AgentId; thumbprint: string } | null {
  try {
    const subject = agentId.safeParse(decodeJwt(token).sub);
    const { kid } = decodeProtectedHeader(token);
    return subject.success && kid !== undefined ? { agentId: subject.data, thumbprint: kid } : null;
  } catch {
    return null;
  }
}

/**
 * Whether a device-signed token (ES256) is good: signature, audience, subject, life of at most 5 minutes.
 * Answers why not, for the log and the refused; never throws.
 */
export async function checkDeviceToken(options: {
  token: string;
  key: PublicKey;
  use: 'agent' | 'enrol';
  subject: string;
  nowMs: number;
}): Promise<{ ok: true } | { ok: false; why: string }> {
  try {
    const { payload } = await jwtVerify(options.token, await importJWK(options.key, 'ES256'), {
      algorithms: ['ES256'],
      audience: options.use === 'agent' ? agentAudience : enrolAudience,
      subject: options.subject,
      clockTolerance: skewToleranceSeconds,
      currentDate: new Date(options.nowMs),
      requiredClaims: ['iat', 'exp'],
    });
    const lifeSeconds = (payload.exp as number) - (payload.iat as number);
    if (lifeSeconds > agentTokenSeconds || lifeSeconds <= 0) {
      return {
        ok: false,
        why: `the token lives for ${lifeSeconds} s, at most ${agentTokenSeconds} s are allowed`,
      };
    }
    if ((payload.iat as number) * 1000 > options.nowMs + skewToleranceSeconds * 1000) {
      return { ok: false, why: 'the token was issued in the future: check the clock of the device' };
    }
    return { ok: true };
  } catch (error) {
    const code: string = (error as { code?: string }).code ?? '';
    switch (code) {
      case 'ERR_JWT_EXPIRED':
        return { ok: false, why: 'the token has expired: check the clock of the device' };
      case 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED':
        return { ok: false, why: 'the token is not signed with the key it names' };
      case 'ERR_JWT_CLAIM_VALIDATION_FAILED':
        return { ok: false, why: `the token does not fit: ${(error as Error).message}` };
      default:
        return { ok: false, why: 'the token cannot be read' };
    }
  }
}
