// Two calls of Linux that Node does not offer: a bound socket is made to listen, and of the sockets that listen on one address
// (SO_REUSEPORT) one is named that gets all new connections. Without a name the kernel spreads them over all.
import { once } from "../../shared/remember.ts";

export interface Reuseport {
  /** False if the system refuses. */
  listen(fd: number): boolean;
  /**
   * The socket with this index in the order of the kernel gets the new connections. `fd` is any socket of the group. False if the
   * system refuses.
   */
  pointTo(index: number, fd: number): boolean;
}

const BACKLOG = 511;
/** From Linux's headers, for x64 and arm64. */
const SOL_SOCKET = 1;
const SO_ATTACH_REUSEPORT_CBPF = 51;
/** The one instruction of the filter: the index is this constant. */
const BPF_RET_K = 0x06;

/** Undefined on other systems, and where the C library cannot be called. */
export const loadReuseport = once(async (): Promise<Reuseport | undefined> => {
  if (process.platform !== "linux") return undefined;
  try {
    const { default: koffi } = await import("koffi"); // throws where it has no binary for the machine
    const libc = koffi.load(null);
    const instruction = koffi.struct({ code: "uint16", jt: "uint8", jf: "uint8", k: "uint32" });
    const filter = koffi.struct({ len: "uint16", filter: koffi.pointer(instruction) });
    const listen = libc.func("listen", "int", ["int", "int"]);
    const setsockopt = libc.func("setsockopt", "int", [
      ...["int", "int", "int"],
      koffi.pointer(filter),
      "uint32",
    ]);
    return {
      listen: (fd) => listen(fd, BACKLOG) === 0,
      pointTo: (index, fd) => {
        const program = { len: 1, filter: [{ code: BPF_RET_K, jt: 0, jf: 0, k: index }] };
        return setsockopt(fd, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, program, koffi.sizeof(filter)) === 0;
      },
    };
  } catch {
    return undefined;
  }
});
