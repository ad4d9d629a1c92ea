const firstSeconds = 5
const factor = 2.5
const secondsMax = 86_400

/** A fifth more or less: what failed at the same moment does not come back at the same moment. */
const spread = 0.2

/** After so many attempts in vain; 5 seconds, 12, 31 … 13 hours, together about 22 hours for twelve. `random`: from 0 to 1. */
export function retryDelaySeconds(attempts: number, random: number): number {
  const seconds = Math.min(firstSeconds * factor ** (attempts - 1), secondsMax)
  return Math.max(1, Math.round(seconds * (1 - spread + 2 * spread * random)))
}
