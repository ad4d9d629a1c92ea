import { clientFace } from './display/client-face.ts'
import { type Destination, destinationOf } from './display/destination.ts'
import { requestedAccess } from './display/requested-access.ts'
import type { ClientRequestView, DestinationView } from './pages/client-request.ts'
import type { Interaction } from './ports.ts'
import { linkBase } from './realm-of.ts'
import { type Page, type PageFrame, renderPage } from './render-page.ts'
import type { Texts } from './texts.ts'
import type { Visit } from './visit.ts'

/** What consent needs to know besides the interaction itself. */
export interface ConsentDetails {
  readonly token: string
  readonly account: string
  readonly now: number
}

/** Who asks, where it came from, where it sends people, what it asks for: on one page (MCP-CON-02, SEC-IMP-03). */
export function consentPage(visit: Visit, interaction: Interaction, { token, account, now }: ConsentDetails): Page {
  const path = interactionPath(visit, interaction)
  return renderPage('consent', consentFrame(visit, interaction), {
    ...clientRequestView(visit, interaction, now),
    account,
    allowAction: `${path}/consent`,
    denyAction: `${path}/deny`,
    token,
  })
}

export function consentFrame({ realm, texts }: Visit, { redirectUri }: Interaction): PageFrame {
  const formTargets = redirectUri === undefined ? [] : [redirectUri]
  return { realm, texts, title: texts.t('consent.title'), addresses: { formTargets } }
}

export function interactionPath({ realm }: Visit, { uid }: Interaction): string {
  return `${linkBase(realm)}/interaction/${encodeURIComponent(uid)}`
}

export function clientRequestView(visit: Visit, interaction: Interaction, now: number): ClientRequestView {
  const { realm, texts, languages } = visit
  const { client, redirectUri } = interaction
  const path = interactionPath(visit, interaction)
  const face = clientFace(client, { realm, texts, languages, now, redirectUri })
  return {
    face,
    logo: face.hasLogo ? `${path}/logo` : undefined,
    destination: destinationView(destinationOf(redirectUri), texts),
    access: requestedAccess(interaction, realm, texts),
    links: face.links.map(({ member, host, isElsewhere }) => ({
      label: texts.t(`consent.${member}`),
      host,
      isElsewhere,
      href: `${path}/leave?to=${member}`,
    })),
  }
}

/** MCP-CON-06: where nobody can prove to be the only one behind an address, people are told so. */
function destinationView(destination: Destination | undefined, texts: Texts): DestinationView {
  switch (destination?.kind) {
    case undefined:
      return { label: texts.t('destination.device'), address: '', notes: [], isRisky: true }
    case 'app':
      return {
        label: texts.t('destination.app'),
        address: `${destination.scheme}:`,
        notes: [texts.t('destination.appNote')],
        isRisky: true,
      }
    case 'loopback':
      return {
        label: texts.t('destination.loopback'),
        address: destination.host,
        notes: [texts.t('destination.loopbackNote')],
        isRisky: true,
      }
    case 'web': {
      const notes = [
        ...(destination.isEncrypted ? [] : [texts.t('destination.plainNote')]),
        ...(destination.isInternational ? [texts.t('destination.internationalNote')] : []),
      ]
      return { label: texts.t('destination.web'), address: destination.host, notes, isRisky: notes.length > 0 }
    }
  }
}
