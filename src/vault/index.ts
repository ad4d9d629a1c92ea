export { createEntropy } from './entropy.ts'
export { type Keyring, createKeyring } from './keyring.ts'
