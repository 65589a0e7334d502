// What an OpenID provider says of itself: as the isolate knows it, read again in the background, or read while the request waits.
import type { Login } from "../authentication/login.ts";
import type { ProviderMetadata } from "../authentication/login-provider.ts";
import type { ProvingPorts } from "./proving-ports.ts";

/** Undefined if it was never read; the last good one stays. */
export async function providerKnown(
  { issuer, site, withinMs }: Login,
  ports: ProvingPorts,
): Promise<ProviderMetadata | undefined> {
  const { providers } = ports;
  const known = providers.at(issuer);
  if (!providers.isDue(issuer, ports.now())) return known;
  // Others need not ask meanwhile: they have what is known. Without it each asks for itself, since none may wait for another's answer.
  if (known) providers.tried(issuer, ports.now());
  const reading = read();
  ports.background(reading);
  if (!known) await reading;
  return providers.at(issuer);

  async function read(): Promise<void> {
    const found = await ports.proving.login.discover(issuer, withinMs);
    if (found.ok) return providers.keep(issuer, found.value, ports.now());
    providers.tried(issuer, ports.now());
    const uses = known ? "the last good description" : "none, so nobody can log in";
    ports.log.warn("an OpenID provider cannot be asked", { site, issuer, because: found.error, uses });
  }
}
