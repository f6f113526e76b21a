"""The ports on concrete engines; a folder is named by its technology."""
