"""`adbench fuzz`: draws inputs, lets the oracle judge what a backend answers there, and shrinks what fails."""
