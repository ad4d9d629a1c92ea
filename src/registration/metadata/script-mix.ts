/**
 * Whether the letters of a word come from scripts that no language writes together (UTS 39 §5.2, "highly restrictive"): one
 * script, or Latin beside those of Chinese, Japanese or Korean. `Gооgle` with two Cyrillic letters is such a mix.
 */
export function mixesScripts(text: string): boolean {
  // Most names are plain, and cost nothing.
  if (/^\p{ASCII}*$/u.test(text)) return false
  return text.split(/[^\p{L}\p{M}\p{N}]+/u).some((word) => {
    const found = scripts.filter(([, pattern]) => pattern.test(word)).map(([name]) => name)
    const hasOther = otherScript.test(word)
    const kinds = found.length + (hasOther ? 1 : 0)
    return kinds > 1 && (hasOther || !companies.some((company) => found.every((name) => company.includes(name))))
  })
}

const names = [
  'Latin',
  'Cyrillic',
  'Greek',
  'Armenian',
  'Hebrew',
  'Arabic',
  'Georgian',
  'Cherokee',
  'Coptic',
  'Devanagari',
  'Bengali',
  'Thai',
  'Lisu',
  'Han',
  'Hiragana',
  'Katakana',
  'Hangul',
  'Bopomofo',
]

const scripts: readonly (readonly [name: string, pattern: RegExp])[] = names.map((name) => [
  name,
  new RegExp(`(?=\\p{L})\\p{Script_Extensions=${name}}(?<!\\p{Script=Common})`, 'u'),
])

const otherScript = new RegExp(
  `(?=\\p{L})[^\\p{Script=Common}\\p{Script=Inherited}${names.map((name) => `\\p{Script=${name}}`).join('')}]`,
  'u',
)

const companies: readonly (readonly string[])[] = [
  ['Latin', 'Han', 'Hiragana', 'Katakana'],
  ['Latin', 'Han', 'Hangul'],
  ['Latin', 'Han', 'Bopomofo'],
]
