import { languageTagCharactersMax } from './ceilings.ts'

/** The shape of a BCP 47 tag (RFC 5646 §2.1), private-use and grandfathered ones included; whether its subtags are registered is not asked. */
export function isLanguageTag(tag: string): boolean {
  return tag.length <= languageTagCharactersMax && /^(?:[A-Za-z]{2,8}|[XxIi](?=-))(?:-[A-Za-z0-9]{1,8})*$/.test(tag)
}
