import { confusablesTable } from './confusables-table.ts'

/**
 * What a text looks like: two texts with one skeleton can be taken for one another (Unicode Technical Standard 39 §4). Coarser
 * than the standard, for it is people who are to be protected: case, accents, and the likes of `i`, `I` and `1` make no difference.
 */
export function confusableSkeleton(text: string): string {
  const seen = isPlain(text) ? text : withoutInvisible(text)
  return Array.from(seen, skeletonOf).join('')
}

/** Whether something in it cannot be seen, or turns the order of what can (UTS 39 §3, UAX 9): nobody needs it in a name. */
export function hasInvisible(text: string): boolean {
  if (isPlain(text)) return false
  return /[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}]/u.test(
    text.replace(joinedEmoji, '').replace(joinedLetters, ''),
  )
}

function isPlain(text: string): boolean {
  return /^\p{ASCII}*$/u.test(text)
}

// Emoji are joined and styled by characters that cannot be seen (UTS 51); alone they are as suspicious as anywhere.
const joinedEmoji =
  /\p{Extended_Pictographic}[\uFE0F\p{Emoji_Modifier}]*(?:\u200D\p{Extended_Pictographic}[\uFE0F\p{Emoji_Modifier}]*)*/gu

// Joiners that spelling needs, as in Persian and Hindi (UTS 46 §4.1.2): between letters of a script that joins them.
const joiningScripts = [
  'Arabic',
  'Syriac',
  'Mongolian',
  'Devanagari',
  'Bengali',
  'Gurmukhi',
  'Gujarati',
  'Oriya',
  'Tamil',
  'Telugu',
]
  .concat('Kannada', 'Malayalam', 'Sinhala', 'Khmer', 'Myanmar')
  .map((name) => `\\p{Script=${name}}`)
  .join('')
const joinedLetters = new RegExp(`(?<=[${joiningScripts}])[\\u200C\\u200D](?=[${joiningScripts}])`, 'gu')

function withoutInvisible(text: string): string {
  return text.normalize('NFKD').replace(/[\p{Default_Ignorable_Code_Point}\p{Cf}]|(?=\p{M})\p{Script=Inherited}/gu, '')
}

function skeletonOf(character: string): string {
  const lower = character.toLowerCase()
  return table.get(character) ?? table.get(lower) ?? (lower === 'i' ? 'l' : lower)
}

const table: ReadonlyMap<string, string> = new Map(confusablesTable.flatMap((line) => line.split(';')).flatMap(readEntry))

function readEntry(entry: string): readonly (readonly [string, string])[] {
  const [shown = '', distances = ''] = entry.split(':')
  const skeleton = String.fromCodePoint(...points(shown))
  let at = 0
  return points(distances).map((distance) => {
    at += distance
    return [String.fromCodePoint(at), skeleton]
  })
}

function points(text: string): readonly number[] {
  return text.split(' ').map((point) => Number.parseInt(point, 36))
}
