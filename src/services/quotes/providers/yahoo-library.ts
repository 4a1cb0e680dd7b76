import { quotesErrors } from '../errors.ts'

/**
 * yahoo-finance2, which only those install who choose Yahoo: with it come 25 packages, some of them test tools.
 * @throws FD_QUOTES_LIBRARY_MISSING
 */
export async function loadYahooLibrary(load = importParts) {
  try {
    return await load()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error
    throw quotesErrors.error('FD_QUOTES_LIBRARY_MISSING', {
      message: 'the library that asks Yahoo is not installed',
      where: 'QUOTES_PROVIDER',
      expected: `${VERSION}, which Firedrill does not bring`,
      given: 'yahoo',
      next: `npm install --ignore-scripts ${VERSION} in the folder that Firedrill is installed in; or choose simulated`,
      cause: error,
    })
  }
}

/** The version that works with the Node we ask for: 3.15 brings 84 packages for an MCP server, 4 needs a newer Node. */
const VERSION = 'yahoo-finance2@~3.14.3'

async function importParts() {
  const [{ default: YahooFinance }, { ExtendedCookieJar }, { getCrumbClear }] = await Promise.all([
    import('yahoo-finance2'),
    import('yahoo-finance2/lib/cookieJar'),
    import('yahoo-finance2/lib/getCrumb'),
  ])
  return { YahooFinance, ExtendedCookieJar, getCrumbClear }
}
