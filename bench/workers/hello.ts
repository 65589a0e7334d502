// The least that a Worker can do: what the runtime itself allows.
export default {
  fetch: () => new Response("hello"),
};
