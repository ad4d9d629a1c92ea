import type { IdentityProvider } from '../../registration/index.ts'
import { clientRequestView, consentFrame, interactionPath } from '../consent-page.ts'
import type { ProviderButton } from '../pages/upstream-consent.ts'
import type { Interaction } from '../ports.ts'
import { type Page, renderPage } from '../render-page.ts'
import type { Visit } from '../visit.ts'
import type { Choice } from './choose-providers.ts'

export interface UpstreamConsentDetails {
  readonly token: string
  readonly now: number
  readonly choice: Choice
}

/** Consent first, then sign-in: one page, so that a person decides once (MCP-CON-02, MCP-CON-05). */
export function upstreamConsentPage(
  visit: Visit,
  interaction: Interaction,
  { token, now, choice }: UpstreamConsentDetails,
): Page {
  const { texts } = visit
  const [only, ...others] = choice.providers
  const before =
    only !== undefined && others.length === 0
      ? texts.rich('upstream.before', { provider: only.displayName })
      : texts.t('upstream.beforeAny')
  const path = interactionPath(visit, interaction)
  // Nothing was granted yet, so that every claim that is asked for is missing.
  const asked = { ...interaction, missingClaims: interaction.request.claims }
  return renderPage('upstream-consent', consentFrame(visit, interaction), {
    ...clientRequestView(visit, asked, now),
    before,
    providers: providerButtons(visit, choice.providers, 'upstream.allowAt'),
    action: `${path}/upstream`,
    denyAction: `${path}/deny`,
    token,
    others: [
      ...(choice.isNarrowed ? [{ href: `${path}?ways=all`, label: texts.t('upstream.otherWays') }] : []),
      ...(choice.hasPasswordForm ? [{ href: `${path}?ways=password`, label: texts.t('upstream.withPassword') }] : []),
    ],
  })
}

export function providerButtons(
  { texts }: Visit,
  providers: readonly IdentityProvider[],
  text: 'upstream.allowAt' | 'upstream.signInAt',
): readonly ProviderButton[] {
  return providers.map(({ id, displayName }) => ({ id, label: texts.rich(text, { provider: displayName }) }))
}

/** To the provider. */
export function onwardPage({ realm, texts }: Visit, { displayName }: IdentityProvider, url: URL): Page {
  const title = texts.t('upstream.onward', { provider: displayName })
  const frame = { realm, texts, title, headers: refreshTo(url.href) }
  return renderPage('onward', frame, {
    heading: texts.rich('upstream.onward', { provider: displayName }),
    text: texts.t('upstream.onwardText'),
    href: url.href,
    label: texts.rich('logout.continue', { host: url.host }),
  })
}

/** From the provider to the interaction. */
export function welcomePage({ realm, texts }: Visit, path: string): Page {
  const title = texts.t('upstream.welcome')
  const frame = { realm, texts, title, headers: refreshTo(path) }
  const label = texts.rich('logout.continue', { host: new URL(realm.issuer).host })
  return renderPage('onward', frame, { heading: title, text: texts.t('upstream.welcomeText'), href: path, label })
}

/**
 * No redirect: Chromium holds the form that a person sent to its page's `form-action` through every redirect that follows, and
 * neither does our page know where a provider leads, nor its page where we do.
 */
function refreshTo(href: string): Readonly<Record<string, string>> {
  return { refresh: `0; url=${href}` }
}
