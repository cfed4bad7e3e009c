/// The command: reads its options, starts the server and waits for the order to stop.

print("not yet")
