/**
 * Text of a stranger, made fit to stand next to ours: no control, direction or invisible characters, no towers of
 * combining marks, one line, so long at most (SEC-INJ-03, DCR-I18N-08). Escaping is the template's business.
 */
export function cleanText(value: unknown, lengthMax: number): string {
  if (typeof value !== 'string') return ''
  // Cut roughly first: the exact work below is then bounded whatever came in.
  const text = value.slice(0, lengthMax * 16).normalize('NFC')
  const plain = text.replace(SPACES, ' ').replace(INVISIBLE, '').replace(MARKS, '$1').trim()
  return shorten(plain, lengthMax)
}

// Line breaks of every kind, too.
const SPACES = /[\t-\r\u0085\p{Z}]+/gu

// Format (bidi overrides, joiners), control, unassigned and private characters, lone surrogates, and what Unicode says
// is to be rendered as nothing (fillers, variation selectors, tags).
const INVISIBLE = /[\p{C}\p{Default_Ignorable_Code_Point}\u2800]/gu
const MARKS = /(\p{M}{2})\p{M}+/gu

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

function shorten(text: string, lengthMax: number): string {
  if (text.length <= lengthMax) return text
  const kept = Array.from(graphemes.segment(text), ({ segment }) => segment)
  return kept.length <= lengthMax
    ? text
    : `${kept
        .slice(0, lengthMax - 1)
        .join('')
        .trimEnd()}…`
}
