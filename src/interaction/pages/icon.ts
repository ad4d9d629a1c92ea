/** A key in a rounded square: the mark of the sign-in pages. */
export const iconSvg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="9" fill="#3b4fc4"/><circle cx="12" cy="16" r="4.5" fill="none" stroke="#fff" stroke-width="2.5"/><path d="M16.5 16h8.5m-3.5 0v4" fill="none" stroke="#fff" stroke-width="2.5" stroke-linecap="round"/></svg>
`
