/**
 * As an identifier looks that nobody has: its last letters or digits are others. It stands next to the one that there is, so
 * that whatever only compares texts treats them alike.
 */
export function nonexistent(id: string): string {
  let left = 3
  return [...id]
    .reverse()
    .map((letter) => {
      if (left === 0 || !/[A-Za-z0-9]/.test(letter)) return letter
      left -= 1
      return other(letter)
    })
    .reverse()
    .join('')
}

/** Letters stay letters of their kind and hexadecimal digits stay those. */
function other(letter: string): string {
  if (/[0-9]/.test(letter)) return String((Number(letter) + 5) % 10)
  if (/[a-f]/.test(letter)) return letter === 'a' ? 'b' : 'a'
  if (/[A-F]/.test(letter)) return letter === 'A' ? 'B' : 'A'
  if (/[a-z]/.test(letter)) return letter === 'x' ? 'y' : 'x'
  return letter === 'X' ? 'Y' : 'X'
}
