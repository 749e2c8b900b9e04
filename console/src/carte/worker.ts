// The map library's worker, from this site only. The page's policy asks who may name a script: this file
// answers, for one address. Changes with the library or the policy.
import { setWorkerUrl } from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url';

interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(asked: string): string }): unknown;
  defaultPolicy: unknown;
}

/** Lets the map's worker, and no other script, be named by its address. */
export function allowWorker(): void {
  const trusted = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes;
  // The library hands a plain address to Worker: only a policy named `default` is asked for those.
  if (trusted && !trusted.defaultPolicy) {
    trusted.createPolicy('default', {
      createScriptURL: (asked) => {
        if (asked === workerUrl) return asked;
        throw new TypeError(`not a script of the map: ${asked.slice(0, 100)}`);
      },
    });
  }
  setWorkerUrl(workerUrl);
}
