export { createAdminListener } from './create-admin-listener.ts'
export { type AdminOptions, adminOptions } from './options.ts'
export * from './ports.ts'
