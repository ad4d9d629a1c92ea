/** Of secrets that two parties share; people choose them, so that no more than this can be asked. */
export const sharedSecretLengthMin = 16
