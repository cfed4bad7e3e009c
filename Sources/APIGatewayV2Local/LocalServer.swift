/// The emulator as a value: start it, ask for its endpoint, stop it. What a Swift test embeds and the command runs.
