export { createEntropy } from './entropy.ts'
export { createKeyring, type Keyring } from './keyring.ts'
