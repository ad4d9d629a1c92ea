export { createEntropy } from './entropy.ts'
export { createKeyring } from './keyring.ts'
