/**
 * Takes whatever could be used out of a line of the log, in the finished line: so no depth of an object, no error's member
 * and no careless message goes past it. Lines without anything suspicious, which are nearly all, are left as they are.
 */
export function redactLine(line: string): string {
  if (!suspicious.test(line)) return line
  const ending = line.endsWith('\n') ? '\n' : ''
  return `${JSON.stringify(redact(JSON.parse(line)))}${ending}`
}

const REDACTED = '[redacted]'

// Compared without case, hyphens and underscores: `Set-Cookie`, `client_secret`, `clientSecret`.
const secretNames = [
  'accessToken',
  'actorToken',
  'assertion',
  'authReqId',
  'authorization',
  'clientAssertion',
  'clientNotificationToken',
  'clientSecret',
  'codeVerifier',
  'cookie',
  'deviceCode',
  'digest',
  'dpop',
  'idToken',
  'idTokenHint',
  'initialAccessToken',
  'logoutToken',
  'password',
  'passwordHash',
  'privateJwk',
  'privateKey',
  'proxyAuthorization',
  'refreshToken',
  'registrationAccessToken',
  'sealed',
  'sealedPrivateJwk',
  'secret',
  'secrets',
  'setCookie',
  'softwareStatement',
  'subjectToken',
  'token',
  'userCode',
]
const secretKeys = new Set(secretNames.map((name) => name.toLowerCase()))
// Public digests have the length of our secrets and would be taken for some.
const publicKeys = new Set(['kid', 'jkt', 'x5ts256', 'thumbprint', 'certificatethumbprint'])

const parameters = [...secretNames, 'code']
  .map((name) => name.replace(/[A-Z]/g, (letter) => `[_-]?${letter.toLowerCase()}`))
  .join('|')

const secretParameter = new RegExp(`((?:^|[?&\\s"'])(?:${parameters})=)[^&\\s"']+`, 'gi')
// JSON within a text, as in a message that quotes a body.
const secretMember = new RegExp(`("(?:${parameters})"\\s*:\\s*)"[^"]*"`, 'gi')
const presentedCredential = /\b(Bearer|DPoP|Basic)\s+[\w.~+/=-]{8,}/gi
const compactJwt = /\beyJ[\w-]{5,}\.[\w-]+\.[\w-]*(?:\.[\w-]*\.[\w-]*)?/g
// 256 bits in base64url, once or twice and perhaps with a prefix of ours: every secret and opaque token that this server makes.
const secretShape = /(?<![\w-])(?:[ir]at_)?(?:[\w-]{43}){1,2}(?![\w-])/g

const suspicious = new RegExp(
  [`"(?:${parameters})\\\\*"`, secretParameter.source, presentedCredential.source, compactJwt.source, secretShape.source].join(
    '|',
  ),
  'i',
)

function redact(value: unknown, key = ''): unknown {
  const name = key.toLowerCase().replace(/[-_]/g, '')
  if (isSecret(name, value)) return REDACTED
  if (typeof value === 'string') return redactText(value, publicKeys.has(name))
  if (Array.isArray(value)) return value.map((item) => redact(item, key))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([member, inner]) => [member, redact(inner, member)]))
}

function isSecret(name: string, value: unknown): boolean {
  if (value === null || typeof value === 'boolean') return false
  return secretKeys.has(name) || (name === 'code' && !isErrorCode(value))
}

/** `ECONNREFUSED` and `invalid_redirect_uri` are words; an authorization code is 43 random characters. */
function isErrorCode(value: unknown): boolean {
  return typeof value === 'number' || (typeof value === 'string' && /^[A-Za-z][A-Za-z_]{0,39}$/.test(value)) || isUpperCase(value)
}

/** Error codes of the runtime and of libraries hold digits now and then, but never small letters: `ERR_HTTP2_ERROR`, `23505`. */
function isUpperCase(value: unknown): boolean {
  return typeof value === 'string' && /^[A-Z0-9_]{1,40}$/.test(value)
}

function redactText(text: string, isPublic: boolean): string {
  const cleaned = text
    .replace(presentedCredential, `$1 ${REDACTED}`)
    .replace(compactJwt, REDACTED)
    .replace(secretParameter, `$1${REDACTED}`)
    .replace(secretMember, `$1"${REDACTED}"`)
  return isPublic ? cleaned : cleaned.replace(secretShape, REDACTED)
}
