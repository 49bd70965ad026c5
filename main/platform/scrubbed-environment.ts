/** Settings of the environment that would send traffic elsewhere, or make it readable: neither the core nor a child sees them. */

const foreign = new Set([
  ...['http_proxy', 'https_proxy', 'all_proxy', 'ftp_proxy', 'ws_proxy', 'wss_proxy', 'no_proxy', 'node_use_env_proxy'],
  ...['node_options', 'node_extra_ca_certs', 'node_tls_reject_unauthorized', 'ssl_cert_file', 'ssl_cert_dir', 'sslkeylogfile'],
])

export const isForeignSetting = (name: string): boolean => foreign.has(name.toLowerCase()) || /^npm_config_(https?_|no)?proxy$/i.test(name)

/** Takes them out of an environment, in place. */
export function scrubEnvironment(env: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(env)) if (isForeignSetting(name)) delete env[name]
}
