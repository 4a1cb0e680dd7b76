/** Whether a variable of a service's container may be changed while the stack runs. */
export type IsSetting = (service: string, name: string) => boolean

/** How programs are found and loaded, where they keep their things and whom they trust. */
const LOADING =
  /^(?:LD_|DYLD_|GLIBC_|GCONV_|MALLOC_|NODE_|NPM_|UV_|SSL_|OPENSSL_|PYTHON|PERL|RUBY|JAVA|BASH|XDG_|FIREDRILL_|GODEBUG|GO[A-Z]*$)|^(?:PATH|HOME|USER|SHELL|ENV|IFS|TMPDIR|HOSTALIASES|LOCALDOMAIN|RES_OPTIONS)$/
/** What opens something, and where what it opens is looked for. */
const CREDENTIAL =
  /TOKEN|PASSW|_PASS(?:_|$)|SECRET|CREDENTIAL|AUTH|(?:^|_)(?:KEY|URL|URI|DSN|HOST|PROXY|USER|USERNAME|FILE)(?:_|$)/

/** Every variable but those that load code and those that give access. Names are upper case: programs know no others. */
export const isHarmless: IsSetting = (_service, name) =>
  /^[A-Z][A-Z0-9_]*$/.test(name) && !LOADING.test(name) && !CREDENTIAL.test(name)
