"""The command line's verbs, a file each; imported only when the verb is used."""
