"""exporters.prometheus"""
