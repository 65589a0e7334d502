// Who sends this request, as far as it can prove it?
import { type Soon, whenHere } from "../../../shared/soon.ts";
import type { Asked } from "../../message.ts";
import type { Finding } from "../admission.ts";
import type { Auth } from "../authentication/auth.ts";
import { presentedIn } from "../authentication/credential-places.ts";
import { findingOf } from "../authentication/finding-of.ts";
import { NOTHING_SHOWN, type Proof, WRONG } from "../authentication/proof.ts";
import { provenByKey } from "./by-key.ts";
import { provenByLogin, provenBySession } from "./by-login.ts";
import { provenByPassword } from "./by-password.ts";
import { provenBySignature } from "./by-signature.ts";
import { provenBySubrequest } from "./by-subrequest.ts";
import { provenByToken } from "./by-token.ts";
import type { ProvingPorts } from "./proving-ports.ts";

/** Synchronous if a token has been verified a moment ago. */
export const authenticate = (auth: Auth, asked: Asked, ports: ProvingPorts): Soon<Finding> =>
  whenHere(proofFor(auth, asked, ports), (proof) => findingOf(proof, auth, asked));

/** Who the client is, for what is decided before its route is known. It begins and ends no login. */
export const identified = (auth: Auth, asked: Asked, ports: ProvingPorts): Soon<Finding> =>
  auth.way.kind === "oidc"
    ? whenHere(provenBySession(auth.way, asked, ports), (proof) => findingOf(proof, auth, asked))
    : authenticate(auth, asked, ports);

function proofFor({ way, places }: Auth, asked: Asked, ports: ProvingPorts): Soon<Proof> {
  if (way.kind === "forward") return provenBySubrequest(way, asked, ports);
  if (way.kind === "oidc") return provenByLogin(way, asked, ports);
  const presented = presentedIn(asked, places);
  if (presented.kind === "none") return NOTHING_SHOWN;
  if (presented.kind === "unusable") return WRONG;
  switch (way.kind) {
    case "basic":
      return provenByPassword(presented.text, way, ports);
    case "key":
      return provenByKey(presented.text, way, ports);
    case "jwt":
    case "access":
      return provenByToken(presented.text, way, ports);
    case "signed":
      return provenBySignature(presented.text, way, asked, ports);
  }
}
