// One way to open a page in any of the three engines.
//
// A test gives `evaluate` a function without outer references and one plain argument; what it returns (or resolves to) comes
// back as plain data. Everything an engine's own driver can do beyond this stays behind `raw`.

/**
 * @typedef {object} Page
 * @property {any} raw the driver's own page or session
 * @property {string[]} errors uncaught errors of the page so far, where the driver reports them
 * @property {<A, R>(fn: (arg: A) => R | Promise<R>, arg?: A) => Promise<R>} evaluate runs a function in the page
 * @property {() => Promise<void>} close
 *
 * @typedef {object} Browser
 * @property {string} name
 * @property {string} version
 * @property {(url: string) => Promise<Page>} open
 * @property {() => Promise<void>} close ends every process that `launch` started
 */

export const browserNames = /** @type {const} */ (['chromium', 'firefox', 'webkit']);

/**
 * Launches an engine; the driver's package is loaded only when it is asked for.
 * @param {string} name one of `browserNames`
 * @param {object} [options] of the engine's own module
 * @returns {Promise<Browser>}
 */
export async function launch(name, options) {
  if (!browserNames.includes(name))
    throw new Error(`Expected a browser of ${browserNames.join(', ')}, got \`${name}\``);
  return (await import(`./${name}.mjs`)).launch(options);
}
