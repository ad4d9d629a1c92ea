import { X509Certificate } from 'node:crypto'
import { createCertificates } from '../../src/certificates/index.ts'
import type { TrustedCa } from '../../src/registration/index.ts'
import type { Certificate } from '../support/certificates.ts'

export const day = 86_400
export const now = () => Math.floor(Date.now() / 1000)

export interface Trusted {
  readonly ca: Certificate
  readonly crls?: readonly string[]
}

export function trusting(...trusted: readonly (Certificate | Trusted)[]): readonly TrustedCa[] {
  return trusted.map((one, at) => {
    const { ca, crls = [] } = 'ca' in one ? one : { ca: one }
    return { id: `ca-${at + 1}`, pem: ca.cert, crls }
  })
}

/** As the header of a signed JWT holds it. */
export function x5c(...chain: readonly Certificate[]): readonly string[] {
  return chain.map(({ cert }) => new X509Certificate(cert).raw.toString('base64'))
}

/** What is wrong with a signer's chain, by fresh eyes; `undefined`: nothing. */
export async function signerProblem(
  chain: readonly Certificate[],
  trustedCas: readonly TrustedCa[],
  at = now(),
): Promise<string | undefined> {
  const verified = await createCertificates().verifySigner(x5c(...chain), trustedCas, at)
  return 'problem' in verified ? verified.problem : undefined
}

/** Whether a client's certificate is accepted that comes alone, by fresh eyes. */
export function authorizes({ cert }: Certificate, trustedCas: readonly TrustedCa[], at = now(), anchor?: string): boolean {
  const trust = { trustedCas, ...(anchor === undefined ? {} : { anchor }) }
  return createCertificates().findClientProblem(new X509Certificate(cert), trust, at) === undefined
}
