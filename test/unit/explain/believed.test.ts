import { expect, it } from "vitest";
import { explainBelief } from "../../../worker/explaining/believed.ts";
import { originsTold } from "../../../worker/keeping/origins-told.ts";
import { aPool } from "../balancing/a-pool.ts";
import { Watched } from "../balancing/watched.ts";

const DOWN = { down: { since: 1, because: "body" } };

it("of all that is believed of an origin the strongest is said, and why", () => {
  const watched = new Watched(aPool({ a: { weight: 4 }, b: {} }));
  const [a] = watched.pool.origins;
  if (!a) throw new Error("no origin");
  const said = (told = {}) => {
    const known = { seen: watched.standings, told: originsTold({ "web/a": told }) };
    const { origin, ...rest } = explainBelief(watched.pool, a, known, watched.now);
    expect(origin).toBe("a");
    return rest;
  };
  const because = { because: null, since: null, until: null };
  expect(said()).toEqual({ standing: "good", ...because, weight: 4 });
  watched.asks("a", "connect");
  const since = watched.now;
  const ejected = { because: "connect", since, until: since + 10_000 };
  expect(said()).toEqual({ standing: "ejected", ...ejected, weight: 4 });
  expect(said(DOWN)).toEqual({ standing: "down", because: "body", since: 1, until: null, weight: 4 });
  expect(said({ ...DOWN, drained: true })).toEqual({ standing: "drained", ...because, weight: 4 });
  watched.after(10_000);
  expect(said()).toEqual({ standing: "probation", ...ejected, until: null, weight: 4 });
  watched.asks("a", 200).after(2_500);
  expect(said()).toEqual({ standing: "returning", ...because, weight: 1 });
  watched.after(7_500);
  expect(said()).toEqual({ standing: "good", ...because, weight: 4 });
});
