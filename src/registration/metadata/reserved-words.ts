import { createRecentlyUsed } from '../recently-used.ts'
import { confusableSkeleton } from './confusable-skeleton.ts'

/** Where a reserved word has to stand in a name to count: as the whole name, as words of it, or anywhere. */
export type WordPlace = 'whole' | 'word' | 'anywhere'

/** The reserved words that a name has, or looks as if it had (UTS 39 §4). */
export function reservedWordsIn(name: string, reserved: readonly string[], place: WordPlace): readonly string[] {
  const shown = shownBy(name, place)
  return wantedOf(reserved).flatMap(([word, wanted]) => {
    const isThere = place === 'anywhere' ? shown.some((text) => text.includes(wanted)) : shown.includes(wanted)
    return isThere ? [word] : []
  })
}

type Wanted = readonly (readonly [word: string, skeleton: string])[]

// The list stays the same from one registration to the next.
const known = new WeakMap<readonly string[], Wanted>()

function wantedOf(reserved: readonly string[]): Wanted {
  const before = known.get(reserved)
  if (before !== undefined) return before
  const wanted = reserved.map((word) => [word, squeezed(word)] as const).filter(([, skeleton]) => skeleton !== '')
  known.set(reserved, wanted)
  return wanted
}

/** Dots, hyphens and blanks do not tell names apart: `G-o o.gle` is read as what it is to be read as. */
function squeezed(text: string): string {
  return confusableSkeleton(text).replace(/[^\p{L}\p{N}]+/gu, '')
}

// Most clients are copies of one another, names included.
const knownNames = createRecentlyUsed<readonly string[]>(500)
const knownLengthMax = 50

function shownBy(name: string, place: WordPlace): readonly string[] {
  const key = `${place} ${name}`
  const before = knownNames.get(key)
  if (before !== undefined) return before
  const shown = candidates(name, place)
  if (name.length <= knownLengthMax) knownNames.set(key, shown)
  return shown
}

function candidates(name: string, place: WordPlace): readonly string[] {
  if (place !== 'word') return [squeezed(name)]
  const skeletons = [...new Set([spaced(name), name])].map((text) =>
    confusableSkeleton(text)
      .split(/[^\p{L}\p{N}]+/u)
      .filter((word) => word !== ''),
  )
  return [...new Set(skeletons.flatMap(runs))]
}

/** Camel case and digits part words too: `GoogleDrive2` has the word Google. */
function spaced(name: string): string {
  return name.replace(/(?<=\p{Ll})(?=\p{Lu})|(?<=\p{L})(?=\p{N})|(?<=\p{N})(?=\p{L})/gu, ' ')
}

const runMax = 24

/** Neighbouring words put together, in all ways up to a length: letters with blanks between them spell a word. */
function runs(words: readonly string[]): readonly string[] {
  return words.flatMap((_word, start) =>
    words.slice(start, start + runMax).map((_last, length) => words.slice(start, start + length + 1).join('')),
  )
}
