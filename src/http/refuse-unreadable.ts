import { Refusal, type RefusalCode } from '../registration/index.ts'

const tokenCodes: ReadonlySet<RefusalCode> = new Set(['token_required', 'invalid_token', 'insufficient_scope', 'access_denied'])

/**
 * Token before body: whoever has no right to be here does not learn what is wrong with a body (DCM-ERR-11, catalogue of
 * RFC 7591 §11). Only the domain can tell, so it gets `null` for the body, which is no registration and changes nothing.
 */
export async function refuseUnreadable(
  problem: unknown,
  ask: (submission: { readonly body: null }) => Promise<unknown>,
): Promise<never> {
  try {
    await ask({ body: null })
  } catch (refusal) {
    if (!(refusal instanceof Refusal) || tokenCodes.has(refusal.code)) throw refusal
  }
  throw problem
}
