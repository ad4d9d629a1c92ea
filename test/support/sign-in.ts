import { createHash, randomBytes } from 'node:crypto'
import { fieldsOf, openBrowser } from './browser.ts'

export interface SignIn {
  readonly issuer: string
  readonly client_id: string
  readonly redirect_uri: string
  readonly scope: string
  readonly username: string
  readonly password: string
}

export interface Code {
  readonly code: string
  readonly code_verifier: string
}

/** A person's way through the pages of a whole server, for a client that needs no consent: from the application to a code. */
export async function obtainCodeBySignIn({ issuer, username, password, ...request }: SignIn): Promise<Code> {
  const code_verifier = randomBytes(32).toString('base64url')
  const code_challenge = createHash('sha256').update(code_verifier).digest('base64url')
  const browser = openBrowser(issuer)
  const asked = { response_type: 'code', code_challenge, code_challenge_method: 'S256', ...request }
  const page = await browser.visit(`${issuer}/authorize?${new URLSearchParams(asked)}`)
  const action = /<form method="post" action="([^"]+)"/.exec(page.body)?.[1]
  if (action === undefined) throw new Error(`no sign-in page: ${page.status} ${page.body}`)
  const arrival = await browser.submit(action, { ...fieldsOf(page.body), username, password })
  const code = arrival.location?.searchParams.get('code')
  if (!code) throw new Error(`no code: ${arrival.location?.href ?? arrival.body}`)
  return { code, code_verifier }
}
