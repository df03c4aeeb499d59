/** File descriptors that a planner has in common with the service. */

/** Over which they speak. */
export const WIRE = 3;
/** Over which nothing is sent: the system closes it with the service, however that ends. */
export const LIFELINE = 4;
