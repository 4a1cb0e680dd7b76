/** What the tests run Node in: Debian with this machine's Node. */
export const NODE_IMAGE = 'firedrill-test/node'
