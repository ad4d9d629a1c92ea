import { Eta } from 'eta/core'
import type { Realm } from '../registration/index.ts'
import { icon, styles } from './assets.ts'
import { cleanText } from './display/clean-text.ts'
import { escapeHtml } from './escape-html.ts'
import { type PageAddresses, pageHeaders } from './page-headers.ts'
import { type ApprovalsView, approvalsTemplate } from './pages/approvals.ts'
import { clientHeaderTemplate } from './pages/client-header.ts'
import { clientLinksTemplate, clientRequestTemplate } from './pages/client-request.ts'
import { type ConsentView, consentTemplate } from './pages/consent.ts'
import { type DeviceCodeView, deviceCodeTemplate } from './pages/device-code.ts'
import { type DeviceConfirmView, deviceConfirmTemplate } from './pages/device-confirm.ts'
import { type DeviceDoneView, deviceDoneTemplate } from './pages/device-done.ts'
import { layoutTemplate } from './pages/layout.ts'
import { type LeaveView, leaveTemplate } from './pages/leave.ts'
import { type LoggedOutView, loggedOutTemplate } from './pages/logged-out.ts'
import { type LogoutConfirmView, logoutConfirmTemplate } from './pages/logout-confirm.ts'
import { type NoticeView, noticeTemplate } from './pages/notice.ts'
import { type OnwardView, onwardTemplate } from './pages/onward.ts'
import { scopesTemplate } from './pages/scopes.ts'
import { type SignInView, signInTemplate } from './pages/sign-in.ts'
import { type UpstreamConsentView, upstreamConsentTemplate } from './pages/upstream-consent.ts'
import { type UpstreamProblemView, upstreamProblemTemplate } from './pages/upstream-problem.ts'
import { linkBase } from './realm-of.ts'
import type { Texts } from './texts.ts'

/** A finished page, as the engine's port wants it too. */
export interface Page {
  readonly status: number
  readonly html: string
  readonly headers: Readonly<Record<string, string>>
}

/** For whom a page is made, and what the browser may do with it. */
export interface PageFrame {
  readonly realm: Realm
  readonly texts: Texts
  readonly title: string
  readonly status?: number
  readonly addresses?: PageAddresses
  readonly headers?: Readonly<Record<string, string>>
}

interface Views {
  readonly approvals: ApprovalsView
  readonly consent: ConsentView
  readonly 'device-code': DeviceCodeView
  readonly 'device-confirm': DeviceConfirmView
  readonly 'device-done': DeviceDoneView
  readonly leave: LeaveView
  readonly 'logged-out': LoggedOutView
  readonly 'logout-confirm': LogoutConfirmView
  readonly notice: NoticeView
  readonly onward: OnwardView
  readonly 'sign-in': SignInView
  readonly 'upstream-consent': UpstreamConsentView
  readonly 'upstream-problem': UpstreamProblemView
}

export function renderPage<Name extends keyof Views>(name: Name, frame: PageFrame, view: Views[Name]): Page {
  const { realm, texts, title } = frame
  const base = linkBase(realm)
  const assets = { styles: `${base}/assets/${styles.file}`, icon: `${base}/assets/${icon.file}` }
  const html = templates.render(`@${name}`, { ...view, texts, title, assets, realmTitle: realmTitle(realm) })
  return { status: frame.status ?? 200, html, headers: { ...pageHeaders(realm, frame.addresses), ...frame.headers } }
}

/** The host is what people can check against the address bar; the name tells realms of one host apart. */
function realmTitle(realm: Realm): string {
  const { host } = new URL(realm.issuer)
  return realm.name === 'default' ? host : `${cleanText(realm.name, 64)} · ${host}`
}

/** Of several pages. */
type Part = 'layout' | 'client-header' | 'client-links' | 'client-request' | 'scopes'

const templates = new Eta({ autoEscape: true, escapeFunction: escapeHtml })
const sources = {
  layout: layoutTemplate,
  'client-header': clientHeaderTemplate,
  'client-links': clientLinksTemplate,
  'client-request': clientRequestTemplate,
  scopes: scopesTemplate,
  approvals: approvalsTemplate,
  consent: consentTemplate,
  'device-code': deviceCodeTemplate,
  'device-confirm': deviceConfirmTemplate,
  'device-done': deviceDoneTemplate,
  leave: leaveTemplate,
  'logged-out': loggedOutTemplate,
  'logout-confirm': logoutConfirmTemplate,
  notice: noticeTemplate,
  onward: onwardTemplate,
  'sign-in': signInTemplate,
  'upstream-consent': upstreamConsentTemplate,
  'upstream-problem': upstreamProblemTemplate,
} satisfies Record<keyof Views | Part, string>

for (const [name, source] of Object.entries(sources)) templates.loadTemplate(`@${name}`, source)
