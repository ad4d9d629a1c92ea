import { type Channel, type Client, type EpochSeconds, isSelfRegistered, type Realm } from '../../registration/index.ts'
import type { ForeignText, Texts } from '../texts.ts'
import { cleanText } from './clean-text.ts'
import { localisedMember } from './localised-member.ts'
import { safeLink } from './safe-link.ts'

/** Who a client is, as a person is told: what it says of itself apart from what we know (SEC-IMP-02, SEC-IMP-03). */
export interface ClientFace {
  readonly name: ForeignText
  readonly initial: string
  readonly hasLogo: boolean
  readonly standing: Standing
  readonly origin: string
  readonly isNew: boolean
  readonly links: readonly ClientLink[]
}

/** `unverified`: all that it says of itself is its own word. */
export type Standing = 'operator' | 'attested' | 'unverified'

export interface ClientLink {
  readonly member: LinkMember
  readonly host: string
  /** The host has nothing to do with the one that people are sent to (DCR-SEC-02, OIDR-L10N-04). */
  readonly isElsewhere: boolean
}

export const linkMembers = ['client_uri', 'policy_uri', 'tos_uri'] as const
export type LinkMember = (typeof linkMembers)[number]

/** How it is looked at: by whom, when, and on the way to where. */
export interface Viewpoint {
  readonly realm: Realm
  readonly texts: Texts
  readonly languages: readonly string[]
  readonly now: EpochSeconds
  readonly redirectUri?: string | undefined
}

export function clientFace(client: Client, viewpoint: Viewpoint): ClientFace {
  const name = clientName(client, viewpoint.languages)
  const age = Math.max(0, viewpoint.now - client.client_id_issued_at)
  const channel = shownChannel(client, viewpoint.realm)
  const standing = standings[channel]
  return {
    name,
    initial: initialOf(name.text),
    hasLogo: clientLogo(client, viewpoint.realm, viewpoint.languages) !== undefined,
    standing,
    origin: originOf({ ...client, channel }, viewpoint.texts, age),
    isNew: standing === 'unverified' && channel !== 'metadata-document' && age < NEW_FOR_SECONDS,
    links: linksOf(client, viewpoint, standing),
  }
}

/** What to call a client: a name of its own if it has one that can be shown, else its identifier. */
function clientName(client: Client, languages: readonly string[]): ForeignText {
  const chosen = localisedMember(client.metadata, 'client_name', languages)
  const text = cleanText(chosen?.value, NAME_LENGTH_MAX)
  if (text === '') return { text: cleanText(client.client_id, NAME_LENGTH_MAX) }
  return chosen?.lang === undefined ? { text } : { text, lang: chosen.lang }
}

export function clientLogo(client: Client, realm: Realm, languages: readonly string[]): string | undefined {
  return safeLink(realm, localisedMember(client.metadata, 'logo_uri', languages)?.value)?.href
}

/** What a link member leads to in these languages, if it may be followed. */
export function clientLink(client: Client, realm: Realm, member: LinkMember, languages: readonly string[]) {
  return safeLink(realm, localisedMember(client.metadata, member, languages)?.value)
}

const NAME_LENGTH_MAX = 64
const NEW_FOR_SECONDS = 24 * 60 * 60

// An invitation, a certificate or a host of its own tells who may register, not that the name is true.
const standings: Readonly<Record<Channel, Standing>> = {
  open: 'unverified',
  'initial-access-token': 'unverified',
  certificate: 'unverified',
  'metadata-document': 'unverified',
  'software-statement': 'attested',
  administrator: 'operator',
  provisioned: 'operator',
}

/** A statement that vouches for nothing is not called one: the client is shown as what it is without. */
function shownChannel(client: Client, realm: Realm): Channel {
  return client.channel === 'software-statement' && isSelfRegistered(client, realm) ? 'open' : client.channel
}

function originOf(client: Client, texts: Texts, ageSeconds: number): string {
  if (client.channel === 'metadata-document') {
    const host = URL.canParse(client.client_id) ? new URL(client.client_id).host : cleanText(client.client_id, NAME_LENGTH_MAX)
    return texts.rich('origin.metadata-document', { host })
  }
  return texts.rich(`origin.${client.channel}`, { when: texts.relative(-ageSeconds) })
}

function initialOf(name: string): string {
  const letter = /[\p{L}\p{N}]/u.exec(name)?.[0] ?? '?'
  return letter.toUpperCase().slice(0, 2)
}

function linksOf(client: Client, { realm, languages, redirectUri }: Viewpoint, standing: Standing): readonly ClientLink[] {
  return linkMembers.flatMap((member) => {
    const link = clientLink(client, realm, member, languages)
    if (link === undefined) return []
    const isElsewhere = standing === 'unverified' && !isRelated(link.hostname, redirectUri)
    return [{ member, host: link.host, isElsewhere }]
  })
}

/** The same host, or one above the other. Loopback and private schemes have no host to compare with. */
function isRelated(hostname: string, redirectUri: string | undefined): boolean {
  if (redirectUri === undefined || !redirectUri.startsWith('https:') || !URL.canParse(redirectUri)) return true
  const destination = new URL(redirectUri).hostname
  return hostname === destination || hostname.endsWith(`.${destination}`) || destination.endsWith(`.${hostname}`)
}
