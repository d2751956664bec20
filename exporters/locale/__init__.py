"""Texts and forms of numbers in Kazakh, Russian and English.

The texts lie in `kk.po`, `ru.po` and `en.po` beside this file, each by a key that says where it belongs. What
is said of the register lies in `register.kk.po` and `register.ru.po`, each sentence by its English one.
"""
