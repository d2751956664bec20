"""exporters.locale"""
