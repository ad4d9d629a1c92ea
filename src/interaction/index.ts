export * from './create-interaction.ts'
export * from './options.ts'
export { hashPassword, verifyPassword } from './password.ts'
export * from './ports.ts'
