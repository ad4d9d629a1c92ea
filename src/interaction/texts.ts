import i18next from 'i18next'
import { escapeHtml } from './escape-html.ts'
import { lookupLanguage } from './languages.ts'
import { de } from './locales/de.ts'
import { en } from './locales/en.ts'

export type TextKey = keyof typeof en
type Values = Readonly<Record<string, string>>

/** A value of another language than the page's, if somebody said which. */
export interface ForeignText {
  readonly text: string
  readonly lang?: string
}
type RichValues = Readonly<Record<string, string | ForeignText>>

/** What a page says, in one language. */
export interface Texts {
  readonly language: string
  /** Plain text, for the template to escape. */
  t(key: TextKey, values?: Values): string
  /** Markup: the text escaped, and every value escaped and isolated, so that a foreign name cannot reorder ours. */
  rich(key: TextKey, values: RichValues): string
  has(key: string): key is TextKey
  /** A span of time from now, in words: "2 minutes ago", "in 5 minutes". */
  relative(seconds: number): string
}

export function textsFor(languages: readonly string[]): Texts {
  const language = lookupLanguage(languages, Object.keys(catalogues)) ?? FALLBACK
  const t = (key: TextKey, values: Values = {}) => translations.t(key, { lng: language, ...values })
  const relativeTime = new Intl.RelativeTimeFormat(language, { numeric: 'auto' })
  return {
    language,
    t,
    rich: (key, values) => fill(t(key, marked(values)), values),
    has: (key): key is TextKey => Object.hasOwn(en, key),
    relative(seconds) {
      const [unit, size] = UNITS.find((candidate) => Math.abs(seconds) >= candidate[1]) ?? SMALLEST_UNIT
      return relativeTime.format(Math.trunc(seconds / size), unit)
    },
  }
}

const FALLBACK = 'en'
const catalogues = { en: { translation: en }, de: { translation: de } }

// Keys hold dots of their own. Values are escaped where they are put into markup, once.
const translations = i18next.createInstance()
translations.init({
  resources: catalogues,
  fallbackLng: FALLBACK,
  keySeparator: false,
  nsSeparator: false,
  initAsync: false,
  interpolation: { escapeValue: false },
})

const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const SMALLEST_UNIT = ['second', 1] as const
const UNITS = [['year', 365 * DAY], ['month', 30 * DAY], ['day', DAY], ['hour', HOUR], ['minute', MINUTE], SMALLEST_UNIT] as const

// Noncharacters: they cannot come in through text that was cleaned, nor stand in a catalogue.
const OPEN = '\uFDD0'
const CLOSE = '\uFDD1'

function marked(values: RichValues): Values {
  return Object.fromEntries(Object.keys(values).map((name) => [name, `${OPEN}${name}${CLOSE}`]))
}

function fill(text: string, values: RichValues): string {
  return escapeHtml(text).replace(/\uFDD0(\w+)\uFDD1/g, (_, name: string) => isolated(values[name] ?? ''))
}

function isolated(value: string | ForeignText): string {
  const { text, lang }: ForeignText = typeof value === 'string' ? { text: value } : value
  return `<bdi${lang === undefined ? '' : ` lang="${escapeHtml(lang)}"`}>${escapeHtml(text)}</bdi>`
}
