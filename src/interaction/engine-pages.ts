import type { Client, EpochSeconds, Realm } from '../registration/index.ts'
import { cleanText } from './display/clean-text.ts'
import { clientFace } from './display/client-face.ts'
import { onwardLink } from './display/onward-link.ts'
import { preferredLanguages } from './languages.ts'
import { type Page, renderPage } from './render-page.ts'
import { type Texts, textsFor } from './texts.ts'

/** What every view of the engine has. `locales` is `ui_locales`, `Accept-Language` or both. */
interface EngineView {
  readonly realm: Realm
  readonly locales: string
}
type FormView = EngineView & { readonly form: string; readonly formId: string }

/** The pages that the engine shows at its own endpoints; it hands over its forms as markup. */
export interface EnginePages {
  error(view: EngineView & EngineError): Page
  logoutConfirm(view: FormView & { readonly continueTo?: string }): Page
  loggedOut(view: EngineView & LoggedOut): Page
  deviceCode(view: FormView & { readonly problem?: string }): Page
  deviceConfirm(view: FormView & { readonly client?: Client; readonly userCode: string }): Page
  deviceDone(view: EngineView & { readonly clientName?: string }): Page
}

interface EngineError {
  readonly error: string
  readonly description?: string
  readonly requestId?: string
  /** Where an unproven client wants the error sent: shown, never followed by itself (SEC-OR-01). */
  readonly continueTo?: string
}

interface LoggedOut {
  readonly clientName?: string
  readonly frames?: readonly string[]
  readonly continueTo?: string
}

export function createEnginePages(now: () => EpochSeconds): EnginePages {
  return {
    error: errorPage,
    logoutConfirm({ realm, locales, form, formId, continueTo }) {
      const texts = textsFor(preferredLanguages(locales, undefined))
      const addresses = { formTargets: continueTo === undefined ? [] : [continueTo] }
      return renderPage('logout-confirm', { realm, texts, title: texts.t('logout.title'), addresses }, { form, formId })
    },
    loggedOut: loggedOutPage,
    deviceCode({ realm, locales, form, formId, problem }) {
      const texts = textsFor(preferredLanguages(locales, undefined))
      const view = { form: withLabelledField(form, problem !== undefined), formId, problem: deviceProblem(texts, problem) }
      return renderPage('device-code', { realm, texts, title: texts.t('device.title') }, view)
    },
    deviceConfirm({ realm, locales, form, formId, client, userCode }) {
      const languages = preferredLanguages(locales, undefined)
      const texts = textsFor(languages)
      const face = client === undefined ? undefined : clientFace(client, { realm, texts, languages, now: now() })
      return renderPage(
        'device-confirm',
        { realm, texts, title: texts.t('device.confirmTitle') },
        { form, formId, userCode, face },
      )
    },
    deviceDone({ realm, locales, clientName }) {
      const texts = textsFor(preferredLanguages(locales, undefined))
      return renderPage('device-done', { realm, texts, title: texts.t('device.doneTitle') }, { client: shownName(clientName) })
    },
  }
}

const NAME_LENGTH_MAX = 64
const DESCRIPTION_LENGTH_MAX = 500
const statuses: Readonly<Record<string, number>> = { server_error: 500, temporarily_unavailable: 503 }

export function errorPage({ realm, locales, error, description, requestId, continueTo }: EngineView & EngineError): Page {
  const texts = textsFor(preferredLanguages(locales, undefined))
  const key = `refused.${error}`
  const isFault = statuses[error] !== undefined
  // Somebody said no, and got what was asked for: nothing went wrong.
  const isDenial = error === 'access_denied'
  const title = texts.t(isDenial ? 'denied.title' : 'error.title')
  const technical = [
    { name: 'error', value: cleanText(error, NAME_LENGTH_MAX) },
    { name: 'error_description', value: cleanText(description, DESCRIPTION_LENGTH_MAX) },
    { name: texts.t('error.reference'), value: cleanText(requestId, NAME_LENGTH_MAX) },
  ]
  return renderPage(
    'notice',
    { realm, texts, title, status: statuses[error] ?? 400 },
    {
      heading: title,
      paragraphs: [
        ...(isDenial ? [] : [texts.t(texts.has(key) ? key : 'refused.other')]),
        ...(isFault ? [] : [texts.t('error.nothingHappened')]),
      ],
      technical: technical.filter(({ value }) => value !== ''),
      next: onwardLink(continueTo),
    },
  )
}

/** Seconds in which the frames can tell the applications; then the browser goes on by itself. */
const FRAMES_SECONDS = 3

function loggedOutPage({ realm, locales, clientName, frames = [], continueTo }: EngineView & LoggedOut): Page {
  const texts = textsFor(preferredLanguages(locales, undefined))
  const next = onwardLink(continueTo)
  const loaded = frames.filter((frame) => /^https?:/.test(frame) && URL.canParse(frame))
  const headers: Record<string, string> =
    next === undefined || loaded.length === 0 ? {} : { refresh: `${FRAMES_SECONDS}; url=${next.href}` }
  const frame = { realm, texts, title: texts.t('logout.doneTitle'), addresses: { frames: loaded }, headers }
  return renderPage('logged-out', frame, { client: shownName(clientName), frames: loaded, next })
}

function shownName(clientName: string | undefined): string {
  return cleanText(clientName, NAME_LENGTH_MAX)
}

/** The engine's error by name gets its own words; whatever else went wrong, the code is what a person can change. */
function deviceProblem(texts: Texts, problem: string | undefined): string {
  if (problem === undefined) return ''
  const key = `device.${problem}`
  return texts.t(problem.endsWith('Error') && texts.has(key) ? key : 'device.problem')
}

/** The engine's field has a script in an attribute, which our policy forbids, and no label, which people need. */
function withLabelledField(form: string, hasProblem: boolean): string {
  return form.replace(/<input\b(?=[^>]*\bname="user_code")[^>]*>(<\/input>)?/, (field) => {
    // Escaped by the engine already, and passed on as it is.
    const value = /\bvalue="([^"<>]*)"/.exec(field)?.[1] ?? ''
    const mode = field.includes('inputmode="numeric"') ? ' inputmode="numeric"' : ''
    const description = hasProblem ? ' aria-describedby="problem"' : ''
    return `<input id="user_code" name="user_code" type="text" value="${value}"${mode}${description} autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="64" required autofocus>`
  })
}
