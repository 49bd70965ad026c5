/** Which requests are the page's own. A foreign site can make a browser knock at this port, even under its own name; it gets no answer. */

/** Facts of a request that decide whether it may pass. Absent headers are null. */
export interface Knock {
  readonly method: string
  readonly host: string | null
  readonly urlHost: string
  readonly origin: string | null
  readonly fetchSite: string | null
}

/** Null when the request may pass; otherwise the code and the sentence it is refused with. */
export function refusal(knock: Knock, port: number, isApi: boolean): { readonly code: string; readonly message: string } | null {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`]
  if (knock.host === null || !hosts.includes(knock.host) || knock.urlHost !== knock.host)
    return { code: 'console.wrong_host', message: 'The console answers under its own address only.' }
  if (knock.origin !== null && knock.origin !== `http://${knock.host}`)
    return { code: 'console.wrong_origin', message: 'The console answers its own page only.' }
  // A person's click may come from anywhere; what the page fetches comes from the page.
  if (isApi && knock.fetchSite !== null && knock.fetchSite !== 'same-origin')
    return { code: 'console.wrong_origin', message: 'The console answers its own page only.' }
  return null
}
