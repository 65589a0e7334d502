// A Worker with nothing in it: how long the runtime itself takes to start.
export default {};
